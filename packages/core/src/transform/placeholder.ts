// Stands in until the real one lands.
export function placeholderOf(_pixels: { data: Uint8Array; width: number; height: number }) {
  return { color: '#000000', thumbhash: '' };
}
export async function dataUriOf(_picture: unknown): Promise<string> {
  return '';
}
