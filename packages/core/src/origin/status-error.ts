/** An answer of a status with which no original comes: the cause of an `ORIGIN_FAILED`. */
export class OriginStatusError extends Error {
  override readonly name = 'OriginStatusError';
  /** As the origin answered it. */
  readonly status: number;

  /** @param message what the origin answered, where there is more to it than the status. */
  constructor(status: number, message = `origin answered ${status}`) {
    super(message);
    this.status = status;
  }
}
