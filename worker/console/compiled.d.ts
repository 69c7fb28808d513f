// The module that `npm run build:console` makes. Declared by pattern, so that types are checked before it is built.
declare module "*/dist/assets.mjs" {
  export const assets: readonly { name: string; type: string; text: string; hash: string }[];
}
