/** A JSON schema, or a part of one, as `z.toJSONSchema` writes it. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** The part of a schema that speaks of the value at `path`; undefined when none does. */
export function schemaAt(schema: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const key of path) {
    const properties: unknown = node?.properties;
    const next: unknown =
      typeof key === 'number' ? node?.items : isNode(properties) ? properties[String(key)] : undefined;
    node = isNode(next) ? next : undefined;
  }
  return node;
}

/** What a value has to be, in words: `an integer above 0`, `one of run, refresh`. */
export function describeSchema(schema: SchemaNode): string {
  const { enum: values, const: constant, anyOf, oneOf } = schema;
  if (Array.isArray(values)) return `one of ${values.join(', ')}`;
  if (constant !== undefined) return JSON.stringify(constant);
  const choices = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(choices)) return choices.filter(isNode).map(describeSchema).join(' or ');
  switch (schema.type) {
    case 'integer':
      return `an integer${rangeOf(schema)}`;
    case 'number':
      return `a number${rangeOf(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return describeString(schema);
    case 'array':
      return describeArray(schema);
    case 'object':
      return 'an object';
    case 'null':
      return 'null';
    default:
      return 'of another form';
  }
}

function describeString({ minLength, maxLength, pattern, format }: SchemaNode): string {
  const parts = [
    minLength === 1 ? 'a text that is not empty' : 'a text',
    typeof minLength === 'number' && minLength > 1 ? `of at least ${minLength} characters` : '',
    typeof maxLength === 'number' ? `of at most ${maxLength} characters` : '',
    typeof format === 'string' ? `of the form ${format}` : '',
    typeof pattern === 'string' && format === undefined ? `that matches ${pattern}` : '',
  ];
  return parts.filter(Boolean).join(' ');
}

function describeArray({ items, minItems, maxItems }: SchemaNode): string {
  const least = typeof minItems === 'number' && minItems > 0 ? ` of at least ${minItems}` : '';
  const most = typeof maxItems === 'number' ? ` of at most ${maxItems}` : '';
  return `a list${least}${most}${isNode(items) ? `, each ${describeSchema(items)}` : ''}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
  const parts = [
    typeof exclusiveMinimum === 'number' ? `above ${exclusiveMinimum}` : '',
    typeof minimum === 'number' ? `of at least ${minimum}` : '',
    typeof exclusiveMaximum === 'number' ? `below ${exclusiveMaximum}` : '',
    typeof maximum === 'number' ? `up to ${maximum}` : '',
  ];
  const said = parts.filter(Boolean).join(' and ');
  return said && ` ${said}`;
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
