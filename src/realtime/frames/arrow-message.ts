import { ARROW_TYPES, BAR_FIELDS, type BarField } from "./bar-schema.ts";
import {
  flatbuffer,
  scalar,
  structs,
  table,
  text,
  vector,
  type Mark,
  type Part,
} from "./flatbuffer-writer.ts";

/** Arrow's metadata version 5, the one that every reader since 2020 understands. */
const METADATA_V5 = 4;
const LITTLE_ENDIAN = 0;
/** Members of Arrow's `MessageHeader` union. */
const SCHEMA = 1;
const RECORD_BATCH = 3;

/** Bytes before the metadata of a message: a continuation marker, and the length of the metadata. */
const PREFIX_BYTES = 8;
const CONTINUATION = 0xffffffff;
/** Ends a stream: a continuation marker, and a length of 0. */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Bytes of one `FieldNode` (rows, nulls) and of one `Buffer` (offset, length), both two int64. */
export const STRUCT_BYTES = 16;

/** Everything of an Arrow stream of bars that comes before the values, and what in it depends on their number. */
export interface StreamHead {
  /** The schema message and the metadata of one record batch; a multiple of 8 long. */
  readonly bytes: Uint8Array;
  /** Where the int64 values lie that say how many rows there are, and how many bytes the values fill. */
  readonly rowsAt: number;
  readonly bodyBytesAt: number;
  /** Where the first of the columns' `FieldNode`s lies, a {@link STRUCT_BYTES} a column. */
  readonly nodesAt: number;
  /** Where the first `Buffer` lies; a column has two, its validity bitmap, which stays empty, and its values. */
  readonly buffersAt: number;
}

export function barStreamHead(): StreamHead {
  const schema = message(SCHEMA, table(scalar(2, LITTLE_ENDIAN), vector(BAR_FIELDS.map(fieldDescription))), {
    at: 0,
  });
  const rows = { at: 0 };
  const nodes = { at: 0 };
  const buffers = { at: 0 };
  const bodyBytes = { at: 0 };
  const batch = message(
    RECORD_BATCH,
    table(
      scalar(8, 0, rows),
      structs(BAR_FIELDS.length, STRUCT_BYTES, nodes),
      structs(2 * BAR_FIELDS.length, STRUCT_BYTES, buffers),
    ),
    bodyBytes,
  );
  const bytes = new Uint8Array(schema.length + batch.length);
  bytes.set(schema);
  bytes.set(batch, schema.length);
  const metadataAt = schema.length + PREFIX_BYTES;
  return {
    bytes,
    rowsAt: metadataAt + rows.at,
    bodyBytesAt: metadataAt + bodyBytes.at,
    nodesAt: metadataAt + nodes.at,
    buffersAt: metadataAt + buffers.at,
  };
}

/** A message without its body. */
function message(headerType: number, header: Part, bodyBytes: Mark): Uint8Array {
  const metadata = flatbuffer(
    table(scalar(2, METADATA_V5), scalar(1, headerType), header, scalar(8, 0, bodyBytes)),
  );
  const metadataBytes = Math.ceil(metadata.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX_BYTES + metadataBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setInt32(4, metadataBytes, true);
  bytes.set(metadata, PREFIX_BYTES);
  return bytes;
}

/** Arrow's `Field`: name, nullable, type, no dictionary, no children. No value of a bar is ever null. */
function fieldDescription({ name, type }: BarField): Part {
  const { id, description } = ARROW_TYPES[type];
  return table(text(name), scalar(1, 0), scalar(1, id), description, undefined, vector([]));
}
