// AppSync's own rules for resolvers, over the sources and over what is deployed of them.
import appsync from '@aws-appsync/eslint-plugin';

export default [
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  appsync.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
];
