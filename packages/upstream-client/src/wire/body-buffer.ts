/**
 * Pieces of a body that are too many for any honest server: a MiB in pieces of 64 bytes. Each costs far more than its bytes, so that
 * a body in single bytes would hold the process up.
 */
export const MAX_PIECES = 16_384;

/**
 * A body as it arrives. One in one piece, as most are, is that piece. More are copied together as they come: a list of pieces would
 * take many times the body's size where an upstream sends it byte by byte.
 */
export class BodyBuffer {
  #buffer: Buffer = Buffer.alloc(0);
  /** Bytes so far, whether kept or not. */
  length = 0;
  /** Pieces so far. */
  pieces = 0;

  /** Counts a piece that is not needed. */
  skip(piece: Buffer): void {
    this.length += piece.length;
    this.pieces += 1;
  }

  append(piece: Buffer): void {
    const start = this.length;
    this.skip(piece);
    if (start === 0) {
      this.#buffer = piece;
      return;
    }
    if (this.#buffer.length < this.length) {
      // At least twice as large, so that a body is copied once or twice over all, however it comes.
      const grown = Buffer.allocUnsafe(Math.max(this.length, 2 * start));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    piece.copy(this.#buffer, start);
  }

  /** The whole body. */
  bytes(): Buffer {
    return this.#buffer.length === this.length ? this.#buffer : this.#buffer.subarray(0, this.length);
  }

  clear(): void {
    this.#buffer = Buffer.alloc(0);
  }
}
