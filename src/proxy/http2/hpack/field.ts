/** One header field as HPACK knows it; names and values are latin1 strings. */
export class Field {
  readonly name: string;
  readonly value: string;
  /** Room that it takes in a table, and in a header list (RFC 7541 section 4.1, RFC 9113 section 6.5.2). */
  readonly size: number;
  /** What a reader of messages found about it, so that a repeated field is judged once; 0 before. */
  verdict = 0;
  /** The field as a line of HTTP/1.1 with its CRLF; `''` before a reader made it. */
  line = '';

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.size = name.length + value.length + 32;
  }
}
