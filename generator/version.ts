/** Version of the generator, stated in every package: the product's. */
export const GENERATOR_VERSION = "0.1.0";
