// Draws the pictures of the seed: things on a table, and landscapes. A drawing is a list of shapes from back to front, in a
// frame with its middle at 0, 0, in which the shorter side of the picture is 3: each is a piece of SVG. What comes out is a
// JPEG of any size, as a camera makes it.
import sharp from 'sharp';

/** A colour of CSS: a hue from 0 to 360, saturation and lightness from 0 to 1. */
export const hsl = (hue, saturation, lightness) => `hsl(${Math.round(hue % 360)}, ${Math.round(saturation * 100)}%, ${Math.round(lightness * 100)}%)`;

// Of a shape that is filled with a colour, or drawn as a line of it.
const element = (name, attributes, paint) =>
  `<${name} ${Object.entries({ ...attributes, ...paint }).map(([key, value]) => `${key}="${value}"`).join(' ')}/>`;

/** A disc, or an ellipse. */
export const disc = (cx, cy, rx, ry = rx) => (paint) => element('ellipse', { cx, cy, rx, ry }, paint);

/** A box with round corners, by its middle and half its sides. */
export const box = (cx, cy, w, h, rx = 0.06) => (paint) =>
  element('rect', { x: cx - w, y: cy - h, width: 2 * w, height: 2 * h, rx }, paint);

/** The outline of a shape, by half its thickness. */
export const ring = (shape, thickness) => ({ fill }) => shape({ fill: 'none', stroke: fill, 'stroke-width': 2 * thickness });

/** What is inside a path of SVG. */
export const path = (d) => (paint) => element('path', { d }, paint);

/** What widens from one half-width at the top to another at the bottom: shades, pots, bowls. */
export const taper = (cx, top, bottom, wTop, wBottom) =>
  path(`M${cx - wTop} ${top}H${cx + wTop}L${cx + wBottom} ${bottom}H${cx - wBottom}Z`);

/** A gradient from the top of the picture to its bottom, or from a light in its upper left. */
const gradient = (kind, where, from, to) =>
  `<${kind}Gradient id="back" ${where}><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></${kind}Gradient>`;

/** The JPEG of shapes on a wall over a table, in the given hue. */
export function still(hue, shapes, width = 1200, height = 900) {
  const wall = gradient('radial', 'cx="0.35" cy="0.2" r="0.9"', hsl(hue, 0.3, 0.91), hsl(hue, 0.32, 0.84));
  const table = path('M-9 0.75H9V9H-9Z')({ fill: hsl(hue + 18, 0.28, 0.74) });
  const shade = disc(0.1, 0.98, 1.15, 0.14)({ fill: hsl(hue, 0.3, 0.4), 'fill-opacity': 0.28 });
  return jpeg(width, height, wall, [table, shade, ...shapes.map(({ shape, colour }) => shape({ fill: colour }))]);
}

/** The JPEG of hills under a sun, in the given hue; seed moves the hills. */
export function landscape(hue, seed, width = 1600, height = 1200) {
  const sky = gradient('linear', 'x1="0" y1="0" x2="0" y2="1"', hsl(hue + 20, 0.45, 0.9), hsl(hue + 150, 0.5, 0.84));
  const sun = disc(-1.1 + (seed % 5) * 0.55, -0.55, 0.3)({ fill: hsl(44, 0.95, 0.88) });
  const hills = [0, 1, 2, 3].map((layer) => {
    const ridge = (x) =>
      0.15 + layer * 0.36 + Math.sin(x * (1.1 + layer * 0.35) + seed * 1.7 + layer * 2.1) * 0.24 + Math.sin(x * 3.3 + seed + layer) * 0.06;
    const line = Array.from({ length: 161 }, (_, at) => at / 20 - 4).map((x) => `L${x} ${ridge(x).toFixed(4)}`);
    return path(`M-4 9${line.join('')}L4 9Z`)({ fill: hsl(hue + layer * 9, 0.3 + layer * 0.05, 0.68 - layer * 0.14) });
  });
  return jpeg(width, height, sky, [sun, ...hills]);
}

function jpeg(width, height, back, shapes) {
  const scale = Math.min(width, height) / 3;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${back}</defs><rect width="100%" height="100%" fill="url(#back)"/><g transform="translate(${width / 2} ${height / 2}) scale(${scale})">${shapes.join('')}</g></svg>`;
  return sharp(Buffer.from(svg), { limitInputPixels: width * height }).jpeg({ quality: 88 }).toBuffer();
}
