/** Cases of the table that Envoy does not pass, each with the reason; docs/data-planes.md has the same in words for users. */
export const envoySkips: { readonly [name: string]: string } = {};
