export const titles: Readonly<Record<string, string>>;
export function parameterTables(parameters: object): string;
export function galleryTable(gallery: Readonly<Record<string, string>>): string;
export function withSection(page: string, name: string, content: string): string;
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string;
