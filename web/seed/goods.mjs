import { box, disc, hsl, path, ring, still, taper } from './draw.mjs';

const of = (shape, hue, saturation, lightness) => ({ shape, colour: hsl(hue, saturation, lightness) });

/** The products of the seed: what the store says of them, and how they look. Prices are in minor units. */
export const goods = [
  {
    name: 'Desk lamp, walnut',
    price: 8900,
    currency: 'EUR',
    description: 'A shade of spun steel on a walnut stem.\n\nDims by touch. The bulb is a common one.',
    picture: () =>
      still(38, [
        of(disc(0, 0.92, 0.55, 0.1), 25, 0.35, 0.28),
        of(box(0, 0.2, 0.06, 0.72), 25, 0.4, 0.34),
        of(taper(0, -1.05, -0.3, 0.32, 0.78), 165, 0.3, 0.36),
        of(disc(0, -0.3, 0.78, 0.08), 48, 0.9, 0.86),
      ], 1500, 2000),
  },
  {
    name: 'Enamel mug',
    price: 1450,
    currency: 'EUR',
    description: 'Holds 350 ml. Fit for the fire, the dishwasher and being dropped.',
    picture: () =>
      still(205, [
        of(ring(disc(0.72, 0.3, 0.34, 0.38), 0.07), 210, 0.45, 0.3),
        of(box(0, 0.3, 0.68, 0.68, 0.14), 205, 0.2, 0.95),
        of(box(0, -0.33, 0.7, 0.06), 210, 0.45, 0.3),
        of(disc(-0.3, 0.3, 0.05), 210, 0.3, 0.5),
      ]),
  },
  {
    name: 'Notebook, dotted, A5',
    price: 1290,
    currency: 'EUR',
    description: '192 numbered pages that lie flat. Thread-bound in linen.',
    picture: () =>
      still(350, [
        of(box(0.06, 0.16, 0.78, 0.98, 0.05), 350, 0.1, 0.97),
        of(box(0, 0.1, 0.78, 0.98, 0.07), 352, 0.42, 0.42),
        of(box(-0.64, 0.1, 0.06, 0.98, 0.01), 352, 0.45, 0.33),
        of(box(0.5, 0.1, 0.035, 0.98, 0.01), 42, 0.6, 0.62),
      ]),
  },
  {
    name: 'Vase, tall',
    price: 5400,
    currency: 'EUR',
    description: 'Thrown by hand, glazed inside. No two are quite alike.',
    picture: () =>
      still(95, [
        of(box(-0.12, -0.85, 0.025, 0.5), 100, 0.3, 0.35),
        of(disc(-0.16, -1.15, 0.2, 0.26), 12, 0.6, 0.62),
        of(box(0.16, -0.75, 0.025, 0.4), 100, 0.3, 0.35),
        of(disc(0.22, -0.98, 0.17, 0.22), 24, 0.7, 0.7),
        of(taper(0, -0.55, 0.1, 0.18, 0.3), 190, 0.25, 0.4),
        of(disc(0, 0.42, 0.5, 0.56), 190, 0.25, 0.4),
      ], 900, 1200),
  },
  {
    name: 'Wall clock',
    price: 12000,
    currency: 'JPY',
    description: 'Silent sweep, one battery a year.',
    picture: () =>
      still(265, [
        of(disc(0, -0.1, 0.98), 262, 0.25, 0.3),
        of(disc(0, -0.1, 0.88), 265, 0.15, 0.97),
        of(box(0, -0.42, 0.04, 0.34), 262, 0.3, 0.25),
        of(box(0.24, -0.1, 0.26, 0.045), 262, 0.3, 0.25),
        of(disc(0, -0.1, 0.08), 12, 0.7, 0.55),
      ], 1200, 1200),
  },
  {
    name: 'Plant pot with a plant',
    price: 2600,
    currency: 'EUR',
    description: 'The pot is terracotta; the plant forgives.',
    picture: () =>
      still(130, [
        of(disc(-0.42, -0.35, 0.26, 0.6), 135, 0.35, 0.36),
        of(disc(0.42, -0.35, 0.26, 0.6), 140, 0.35, 0.4),
        of(disc(0, -0.55, 0.28, 0.72), 132, 0.4, 0.32),
        of(taper(0, 0.12, 0.98, 0.6, 0.42), 16, 0.5, 0.52),
        of(box(0, 0.14, 0.66, 0.12), 16, 0.5, 0.46),
      ], 1080, 1080),
  },
  {
    name: 'Three good books',
    price: 4200,
    currency: 'EUR',
    description: 'Second-hand, chosen with care, read at least once.',
    picture: () =>
      still(48, [
        of(box(0, 0.82, 1.05, 0.17), 215, 0.4, 0.38),
        of(box(0.1, 0.46, 0.9, 0.17), 8, 0.5, 0.5),
        of(box(-0.06, 0.1, 0.82, 0.17), 150, 0.28, 0.42),
        of(box(0.78, 0.82, 0.05, 0.17, 0.01), 45, 0.7, 0.7),
        of(box(-0.55, 0.46, 0.05, 0.17, 0.01), 45, 0.7, 0.75),
      ]),
  },
  {
    name: 'Bowl of oranges',
    price: 690,
    currency: 'EUR',
    description: 'Organic. The bowl is not part of it.',
    picture: () =>
      still(20, [
        of(disc(-0.45, 0.15, 0.34), 28, 0.9, 0.56),
        of(disc(0.42, 0.12, 0.36), 32, 0.92, 0.58),
        of(disc(0, -0.08, 0.37), 30, 0.95, 0.6),
        of(disc(0.06, -0.36, 0.06), 110, 0.4, 0.35),
        of(path('M-1.02 0.3H1.02A1.02 0.7 0 0 1 -1.02 0.3Z'), 218, 0.3, 0.92),
        of(box(0, 0.32, 1.02, 0.05), 218, 0.35, 0.78),
      ]),
  },
  {
    name: 'Picture frame, oak',
    price: 3400,
    currency: 'EUR',
    description: 'For pictures of 18 by 24 cm. Glass, not plastic.',
    picture: () =>
      still(178, [
        of(box(0, -0.02, 0.92, 1.12, 0.03), 34, 0.4, 0.52),
        of(box(0, -0.02, 0.78, 0.98, 0.01), 40, 0.2, 0.96),
        of(box(0, -0.02, 0.5, 0.68, 0.01), 195, 0.4, 0.76),
        of(path('M-0.5 0.13C-0.36 0.05 -0.25 0.06 -0.12 0.16S0.22 0.34 0.36 0.3L0.5 0.24V0.66H-0.5Z'), 160, 0.3, 0.42),
        of(disc(0.2, -0.35, 0.13), 40, 0.8, 0.8),
      ], 3000, 4000),
  },
  {
    name: 'Candle, beeswax',
    price: 990,
    currency: 'EUR',
    description: 'Burns for about twenty hours and smells of summer.',
    picture: () =>
      still(310, [
        of(disc(0, -0.78, 0.34, 0.42), 46, 0.9, 0.9),
        of(disc(0, -0.72, 0.1, 0.24), 34, 0.98, 0.62),
        of(box(0, -0.45, 0.02, 0.1), 20, 0.2, 0.25),
        of(box(0, 0.28, 0.34, 0.66, 0.08), 44, 0.75, 0.72),
        of(disc(0, 0.95, 0.62, 0.1), 300, 0.15, 0.36),
      ], 900, 1200),
  },
  {
    name: 'Teapot',
    price: 4650,
    currency: 'EUR',
    description: 'One litre, with a strainer. Pours without a drop beside.',
    picture: () =>
      still(225, [
        of(ring(disc(0.86, 0.3, 0.36, 0.4), 0.08), 8, 0.45, 0.42),
        of(taper(-0.92, -0.2, 0.5, 0.1, 0.34), 8, 0.45, 0.42),
        of(disc(0, 0.34, 0.82, 0.64), 10, 0.5, 0.5),
        of(disc(0, -0.26, 0.4, 0.12), 8, 0.45, 0.42),
        of(disc(0, -0.44, 0.1), 8, 0.45, 0.36),
      ], 4000, 3000),
  },
  {
    name: 'Stool, ash',
    price: 15900,
    currency: 'EUR',
    description: 'Three legs, so that it never wobbles.',
    picture: () =>
      still(70, [
        of(path('M-0.446 0H-0.306L-0.53 1.02H-0.67Z'), 32, 0.42, 0.5),
        of(path('M0.446 0H0.306L0.53 1.02H0.67Z'), 32, 0.42, 0.5),
        of(box(0, 0.5, 0.065, 0.48), 32, 0.42, 0.44),
        of(disc(0, -0.02, 0.86, 0.16), 34, 0.48, 0.62),
        of(disc(0, -0.07, 0.86, 0.14), 36, 0.5, 0.7),
      ]),
  },
];
