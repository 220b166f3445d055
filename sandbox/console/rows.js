// Rows as DynamoDB writes them, {"id": {"S": "x"}}, and as people do, {"id": "x"}.

/** Whether a value is written in plain JSON and is the same when it comes back: no set, no bytes, no number that JavaScript rounds. */
function isPlain(value) {
  const [kind, inner] = Object.entries(value)[0];
  switch (kind) {
    case 'S': case 'BOOL': case 'NULL': return true;
    case 'N': return String(Number(inner)) === inner;
    case 'L': return inner.every(isPlain);
    case 'M': return Object.values(inner).every(isPlain);
    default: return false;
  }
}

export const rowIsPlain = (row) => Object.values(row).every(isPlain);

function plain(value) {
  const [kind, inner] = Object.entries(value)[0];
  switch (kind) {
    case 'N': return Number(inner);
    case 'NULL': return null;
    case 'L': return inner.map(plain);
    case 'M': return plainRow(inner);
    default: return inner;
  }
}

/** A row as people write it. */
export const plainRow = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));

/** A number as it was written: JavaScript rounds those that are long. */
class Written {
  constructor(digits) {
    this.digits = digits;
  }
}

/** The row that somebody wrote, plain or as DynamoDB writes it, as DynamoDB does. What is no row is an error that says so. */
export function readRow(text, kind) {
  const keep = (_, value, context) => (typeof value === 'number' && context?.source ? new Written(context.source) : value);
  let row;
  try {
    row = kind === 'plain' ? JSON.parse(text, keep) : JSON.parse(text);
  } catch (problem) {
    throw new Error(`This is no JSON: ${problem.message}`, { cause: problem });
  }
  if (row === null || typeof row !== 'object' || Array.isArray(row) || row instanceof Written) {
    throw new Error('This is no row: want an object with its attributes, as in {"id": "x"}');
  }
  return kind === 'plain' ? typedRow(row) : row;
}

function typed(value) {
  if (value instanceof Written) {
    return { N: value.digits };
  }
  switch (typeof value) {
    case 'string': return { S: value };
    case 'number': return { N: String(value) };
    case 'boolean': return { BOOL: value };
    default:
      if (value === null) {
        return { NULL: true };
      }
      return Array.isArray(value) ? { L: value.map(typed) } : { M: typedRow(value) };
  }
}

/** A row as DynamoDB writes it. */
export const typedRow = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typed(value)]));

/** A value on one line. */
export function inCell(value) {
  if (value === undefined) {
    return '';
  }
  const [kind, inner] = Object.entries(value)[0];
  switch (kind) {
    case 'S': case 'N': return inner;
    case 'BOOL': return String(inner);
    case 'NULL': return 'null';
    case 'L': return inner.length === 0 ? '[]' : JSON.stringify(inner.map((one) => (isPlain(one) ? plain(one) : one)));
    case 'M': return isPlain(value) ? JSON.stringify(plainRow(inner)) : JSON.stringify(inner);
    case 'B': return `${atob(inner).length} bytes`;
    default: return inner.join(', ');
  }
}

/** What names a row of a table, as the address of the page has it: the values of its key. */
export const keyOf = (table, row) => JSON.stringify(table.key.map(({ name, kind }) => row[name][kind]));
