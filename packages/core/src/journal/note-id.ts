/** Whether a text can be the id of a note: letters and digits, at most 64. */
export function isNoteId(id: string): boolean {
  return /^[A-Za-z0-9]{1,64}$/.test(id);
}
