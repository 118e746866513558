/** Whether a status says that there is nothing. */
export function isAbsent(status: number): boolean {
  return status === 404 || status === 410;
}

/**
 * Whether a status is an answer at all: of those to a question for an image, or any final one where what is no image is
 * passed on; never a part of a body, which nobody asks for (RFC 9110 §15.3.7).
 */
export function isAnswer(status: number, isAnyWanted: boolean): boolean {
  if (status === 200 || status === 304 || isAbsent(status)) return true;
  return isAnyWanted && Number.isInteger(status) && status >= 200 && status <= 999 && status !== 206;
}
