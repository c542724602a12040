// What npm gets of a manifest: the condition by which this repository reads its own sources stays here.
const source = '@tracklayer/source';

const published = (target) =>
  typeof target === 'object' && target !== null
    ? Object.fromEntries(
        Object.entries(target)
          .filter(([condition]) => condition !== source)
          .map(([key, value]) => [key, published(value)]),
      )
    : target;

export const hooks = {
  beforePacking: (manifest) =>
    manifest.exports ? { ...manifest, exports: published(manifest.exports) } : manifest,
};
