/** The application's name, as in page titles and in authenticator apps. The build takes it from cdk.json. */
export const title = process.env.TITLE ?? 'Lightbox';
