/** One bar as numbers, symbol and timeframe being known from where it stands. Meaning of the fields: see `Bar`. */
export interface BarRow {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: number;
  trades: number;
  takerBuyVolume: number;
  firstTradeId: number;
  lastTradeId: number;
  revision: number;
}
