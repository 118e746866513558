declare module 'linebreak' {
  /** Where the lines of a text may be broken (UAX #14). */
  class LineBreaker {
    constructor(text: string);
    nextBreak(): { readonly position: number; readonly required: boolean } | null;
  }
  export = LineBreaker;
}
