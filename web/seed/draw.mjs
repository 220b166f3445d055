// Draws the pictures of the seed: things on a table, and landscapes. A drawing is a list of shapes from back to front, in a
// frame that is 4 wide and 3 high with its middle at 0, 0; each shape is a distance (negative inside) and a colour.
import { png } from './png.mjs';

const width = 640;
const height = 480;

/** The colour of a hue from 0 to 360, with saturation and lightness from 0 to 1. */
export function hsl(hue, saturation, lightness) {
  const part = (offset) => {
    const at = (offset + hue / 30) % 12;
    return lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(at - 3, 9 - at, 1));
  };
  return [part(0), part(8), part(4)];
}

const mix = (a, b, share) => a.map((part, index) => part + (b[index] - part) * share);

/** A disc, or an ellipse. */
export const disc = (cx, cy, rx, ry = rx) => (x, y) =>
  (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);

/** A box with round corners, by its middle and half its sides. */
export const box = (cx, cy, w, h, round = 0.06) => (x, y) => {
  const dx = Math.abs(x - cx) - w + round;
  const dy = Math.abs(y - cy) - h + round;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
};

/** The outline of a shape. */
export const ring = (shape, thickness) => (x, y) => Math.abs(shape(x, y)) - thickness;

/** What widens from one half-width at the top to another at the bottom: shades, pots, bowls. */
export const taper = (cx, top, bottom, wTop, wBottom) => (x, y) => {
  const share = (y - top) / (bottom - top);
  const half = wTop + (wBottom - wTop) * Math.min(1, Math.max(0, share));
  return Math.max(Math.abs(x - cx) - half, top - y, y - bottom);
};

/** The PNG of shapes on a wall over a table, in the given hue. */
export function still(hue, shapes) {
  const wall = hsl(hue, 0.32, 0.86);
  const table = hsl(hue + 18, 0.28, 0.74);
  return png(width, height, (u, v) => {
    const x = (u - 0.5) * 4;
    const y = (v - 0.5) * 3;
    const back = y < 0.75 ? mix(wall, [1, 1, 1], 0.25 * (1 - Math.hypot(u - 0.35, v - 0.2))) : table;
    const shade = Math.max(0, 1 - Math.max(0, disc(0.1, 0.98, 1.15, 0.14)(x, y)) * 12);
    return over(mix(back, hsl(hue, 0.3, 0.4), 0.28 * shade), shapes, x, y);
  });
}

/** The PNG of hills under a sun, in the given hue; seed moves the hills. */
export function landscape(hue, seed) {
  const layers = [0, 1, 2, 3].map((layer) => {
    const ridge = (x) =>
      0.15 + layer * 0.36 + Math.sin(x * (1.1 + layer * 0.35) + seed * 1.7 + layer * 2.1) * 0.24 + Math.sin(x * 3.3 + seed + layer) * 0.06;
    return { shape: (x, y) => ridge(x) - y, colour: hsl(hue + layer * 9, 0.3 + layer * 0.05, 0.68 - layer * 0.14) };
  });
  const sun = { shape: disc(-1.1 + (seed % 5) * 0.55, -0.55, 0.3), colour: hsl(44, 0.95, 0.88) };
  return png(width, height, (u, v) => {
    const sky = mix(hsl(hue + 20, 0.45, 0.9), hsl(hue + 150, 0.5, 0.84), v * 0.9);
    return over(sky, [sun, ...layers], (u - 0.5) * 4, (v - 0.5) * 3);
  });
}

// The shapes over a colour, their edges one pixel soft.
function over(colour, shapes, x, y) {
  const pixel = 4 / width;
  return shapes.reduce((below, { shape, colour: above }) => {
    const covered = Math.min(1, Math.max(0, 0.5 - shape(x, y) / pixel));
    return covered > 0 ? mix(below, above, covered) : below;
  }, colour);
}
