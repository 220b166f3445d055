'use client';

import '@aws-amplify/ui-react/styles.layer.css';
import '@/styles/amplify.css';
import { Authenticator } from '@aws-amplify/ui-react';

/** Amplify's own pages for signing in and up, with codes, forgotten passwords and second factors. */
export default function SignIn() {
  return (
    <Authenticator
      loginMechanisms={['username', 'email']}
      signUpAttributes={['email']}
      formFields={{
        signIn: { username: { label: 'User name or e-mail', placeholder: '' }, password: { placeholder: '' } },
        signUp: {
          username: { label: 'User name', placeholder: '', order: 1 },
          email: { label: 'E-mail', placeholder: '', order: 2 },
          password: { placeholder: '', order: 3 },
          confirm_password: { label: 'Password again', placeholder: '', order: 4 },
        },
        forgotPassword: { username: { label: 'User name or e-mail', placeholder: '' } },
      }}
    />
  );
}
