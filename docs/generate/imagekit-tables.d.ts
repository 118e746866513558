export function imagekitTables(tables: Readonly<Record<string, object>>): string;
export function refusalTable(
  refusals: readonly { readonly names: readonly string[]; readonly reason: string }[],
): string;
