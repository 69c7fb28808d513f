import type * as z from "zod";
import type { Json } from "./canonical.ts";

/** Whether a value is one that a schema takes, as it is. */
export type QuickCheck = (value: Json) => boolean;

const never: QuickCheck = () => false;

/**
 * Says yes to what a schema takes, many times faster than the schema itself: a verification reads hundreds of thousands of entries, and
 * those of its pages may compile no code, as zod would. It is made from the schema, so that there is one definition of the format. What
 * it doesn't know of schemas it says no to: then the schema judges, and says why.
 */
export function quickCheck(schema: z.core.$ZodType): QuickCheck {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  let check = baseOf(def);
  for (const holds of (def.checks ?? []).map(conditionOf)) check = check && holds && both(check, holds);
  return check ?? never;
}

function both(first: QuickCheck, second: QuickCheck): QuickCheck {
  return (value) => first(value) && second(value);
}

function baseOf(def: z.core.$ZodTypes["_zod"]["def"]): QuickCheck | undefined {
  switch (def.type) {
    case "string":
      return stringCheck(def as z.core.$ZodStringFormatDef | z.core.$ZodStringDef);
    case "number":
      return "format" in def && def.format === "safeint" ? (value) => Number.isSafeInteger(value) : undefined;
    case "boolean":
      return (value) => typeof value === "boolean";
    case "literal":
      return oneOf(def.values as Json[]);
    case "enum":
      return oneOf(Object.values(def.entries));
    case "nullable":
      return orNull(quickCheck(def.innerType));
    // In JSON what is not there is no value at all; see objectCheck.
    case "optional":
      return quickCheck(def.innerType);
    case "array":
      return listCheck(quickCheck(def.element));
    case "object":
      return def.catchall?._zod.def.type === "never" ? objectCheck(def.shape) : undefined;
    case "union":
      return "discriminator" in def ? unionCheck(def as z.core.$ZodDiscriminatedUnionDef) : undefined;
    default:
      return undefined;
  }
}

/** A condition on a value whose type is checked already. */
function conditionOf(check: z.core.$ZodCheck<never>): QuickCheck | undefined {
  const { def } = check._zod as unknown as z.core.$ZodChecks["_zod"];
  switch (def.check) {
    case "greater_than": {
      const { value: least, inclusive } = def;
      return (value) => (inclusive ? (value as number) >= Number(least) : (value as number) > Number(least));
    }
    case "max_length": {
      const { maximum } = def;
      return (value) => (value as { length: number }).length <= maximum;
    }
    case "string_format":
      return def.format === "regex" && def.pattern !== undefined ? matches(def.pattern) : undefined;
    default:
      return undefined;
  }
}

function matches(pattern: RegExp): QuickCheck | undefined {
  // Patterns with memory say now yes, now no.
  return pattern.global || pattern.sticky ? undefined : (value) => pattern.test(value as string);
}

/** Of formats only times are all in their pattern. */
function stringCheck(def: z.core.$ZodStringFormatDef | z.core.$ZodStringDef): QuickCheck | undefined {
  if (!("format" in def)) return (value) => typeof value === "string";
  const holds = def.format === "datetime" && def.pattern !== undefined ? matches(def.pattern) : undefined;
  return holds && ((value) => typeof value === "string" && holds(value));
}

function oneOf(values: readonly Json[]): QuickCheck {
  const [only] = values;
  if (values.length === 1) return (value) => value === only;
  const all = new Set<Json>(values);
  return (value) => all.has(value);
}

function orNull(inner: QuickCheck): QuickCheck {
  return (value) => value === null || inner(value);
}

function listCheck(element: QuickCheck): QuickCheck {
  return (value) => Array.isArray(value) && value.every(element);
}

function objectCheck(shape: Readonly<Record<string, z.core.$ZodType>>): QuickCheck {
  const fields = new Map(
    Object.entries(shape).map(([name, field]) => [
      name,
      { check: quickCheck(field), required: field._zod.def.type === "optional" ? 0 : 1 },
    ]),
  );
  const required = [...fields.values()].reduce((sum, field) => sum + field.required, 0);
  return (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
    let found = 0;
    for (const name in value) {
      const field = fields.get(name);
      if (field === undefined || !field.check(value[name] as Json)) return false;
      found += field.required;
    }
    return found === required;
  };
}

function unionCheck({ discriminator, options }: z.core.$ZodDiscriminatedUnionDef): QuickCheck | undefined {
  const checks = new Map<Json, QuickCheck>();
  for (const option of options) {
    const { def } = (option as z.core.$ZodTypes)._zod;
    const kind = def.type === "object" ? (def.shape[discriminator] as z.core.$ZodTypes | undefined)?._zod.def : undefined;
    if (kind?.type !== "literal") return undefined;
    for (const value of kind.values) checks.set(value as Json, quickCheck(option));
  }
  return (value) =>
    value !== null &&
    typeof value === "object" &&
    !Array.isArray(value) &&
    checks.get(value[discriminator] as Json)?.(value) === true;
}
