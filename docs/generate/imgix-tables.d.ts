export function imgixRefusals(parameters: object, refused: object): string;
