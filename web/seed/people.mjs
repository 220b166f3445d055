// The people of the seed. Their passwords are no secret: they exist in a sandbox and nowhere else.
const password = 'Lightbox-2026!';

export const admin = { name: 'admin', email: 'admin@example.com', password };

/** Two who post photos, in the shapes of phones and cameras, what they say of them, and what they answer each other. */
export const people = [
  {
    name: 'maria',
    email: 'maria@example.com',
    password,
    photos: [
      { hue: 210, width: 4032, height: 3024, caption: 'First light over the bay. Nobody else was up.' },
      { hue: 28, width: 1200, height: 1600, caption: 'Dust, heat, and a long way to the next tree.' },
      { hue: 268, width: 2400, height: 1350, caption: 'Ten minutes after sunset, exactly.' },
      { hue: 190, caption: null },
      { hue: 345, width: 1080, height: 1080, caption: 'Heather in August.' },
      { hue: 150, caption: 'The same hills as last year. They have not moved.' },
    ],
    comment: 'Which lens is that?',
  },
  {
    name: 'jonas',
    email: 'jonas@example.com',
    password,
    photos: [
      { hue: 95, width: 3000, height: 4000, caption: 'Spring, finally.' },
      { hue: 230, width: 2400, height: 1000, caption: 'Blue hour, four layers of it.' },
      { hue: 12, caption: 'Walked until the path ended.' },
      { hue: 300, width: 1350, height: 1080, caption: 'I did not touch the colours. All right, a little.' },
      { hue: 170, caption: 'Fog comes up from the river every morning at seven.' },
      { hue: 48, width: 1200, height: 1600, caption: 'Wheat, just before.' },
    ],
    comment: 'I would have stayed there all day.',
  },
];
