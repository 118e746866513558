export const gallery: Readonly<Record<string, string>>;
