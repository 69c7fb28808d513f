/** Stands in for Astro's image endpoint, which the pages have no use for and which would be compiled in otherwise. */
export function GET(): Response {
  return new Response(null, { status: 404 });
}
