import { badRequest } from './errors.js';

/** Whether an optional argument is there: AppSync leaves out what the client did, and passes a null on. */
export function isGiven(value) {
  return value !== undefined && value !== null;
}

/** BadRequest unless text has from min to max characters (UTF-16 code units, as a browser's maxlength counts). */
export function checkLength(name, text, min, max) {
  if (text.length < min || text.length > max) {
    badRequest(`${name} must have ${min} to ${max} characters, got ${text.length}`);
  }
}

/** BadRequest for an id that cannot be one. It says nothing of ids that merely belong to nothing. */
export function checkId(name, id) {
  checkLength(name, id, 1, 128);
}

/** BadRequest unless id has the shape `<sub of the owner>.<UUID>`. */
export function checkPhotoId(name, id) {
  checkId(name, id);
  const dot = id.indexOf('.');
  if (dot < 1 || dot === id.length - 1) {
    badRequest(`${name} must be the id of a photo`);
  }
}
