'use client';

import { SignedIn } from '../shell/SignedIn';
import { Become } from './Become';
import { Catalogue } from './Catalogue';

/** The catalogue for admins; for others, why not and how. The API decides by itself: this only says so first. */
export function AdminPage() {
  return (
    <SignedIn to="look after the catalogue">
      {(user) =>
        user.admin ? (
          <Catalogue sub={user.sub} />
        ) : (
          <div className="panel narrow">
            <h2>For admins only</h2>
            <p>
              You are signed in as <strong>{user.username}</strong>, who is not in the group <code>Admins</code>. The
              backend refuses what this page would do.
            </p>
            <Become username={user.username} />
          </div>
        )
      }
    </SignedIn>
  );
}
