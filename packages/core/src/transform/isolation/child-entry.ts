/** The file that runs in each render process, beside this one. */
export const childEntry: URL = new URL('./child.js', import.meta.url);
