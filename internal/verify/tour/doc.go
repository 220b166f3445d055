// Package tour walks the cases of misuse (docs/MISUSE.md) against what is deployed: what must be refused is tried and must be refused with
// the right sort of error, beside a control that must be allowed, so that a refusal by breakage is noticed.
//
// # Who walks
//
// A guest of the identity pool, and users that it makes for this: one, another, and one in each group. They are made by AdminCreateUser and
// AdminSetUserPassword, have no e-mail address, so that no mail can be sent to them, and sign in by SRP as people do; where the pool wants
// a second factor they set one up. Their names begin with Prefix and the run's own word.
//
// # What is walked
//
// Every area of the access table by every verb, and every field of the API, by every kind of caller: rows of tables, so that a new area or
// a new field is walked without a line here. What the tables do not say is in the files named by their subject. What of docs/MISUSE.md
// cannot be tried from outside is in the closed list NotWalked, with the reason.
//
// # What it leaves alone
//
// Where data is kept nothing is posted, published or put below public/, unless the whole tour is asked for: files lie in the users' own
// folders, and the operator lays some in those areas that nobody reads. Mutations that a caller may call are called with ids that are
// none, so that they answer BadRequest. Nothing is tried that would change the deployment if it were allowed by mistake.
//
// # What it removes
//
// All it made: before it begins what an earlier run left, however that was ended, and its own when it ends, also after a failure and when
// it is interrupted. Users are found by their names, which go last (person.Unmake), and files by them or by Prefix in their keys. The
// identity of the guest is noted in the user that is made after it, as nickname. One that was made in the moment of a kill has no name
// that anybody could find it by, and stays, as that of every visitor does. Users are those with the run's note alone, which nobody can give
// themselves: others of such a name are left alone. One run at a time: a user is the lock.
package tour
