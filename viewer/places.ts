/** Stand for what Astro leaves open in a page, to be filled in with strings. No text becomes one of these: what is escaped has no `<`. */
export const PLACES = {
  title: "<title-place></title-place>",
  running: "<running-place></running-place>",
  main: "<main-place></main-place>",
  live: "<live-place></live-place>",
  imported: "<imported-place></imported-place>",
} as const;
