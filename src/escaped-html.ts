/** `text` as it may stand in HTML, between tags and in attributes with quotes of either kind. */
export function escapedHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
