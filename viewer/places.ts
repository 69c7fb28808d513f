/** Stand for what a page's frame leaves open. No text becomes one of these: what is escaped has no `<`. */
export const PLACES = {
  title: "<title-place></title-place>",
  running: "<running-place></running-place>",
  main: "<main-place></main-place>",
} as const;
