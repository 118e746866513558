export function refusalTable(parameters: object, refused: object): string;
