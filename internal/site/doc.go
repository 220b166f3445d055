// Package site puts a static export into the bucket of the stack Site, and has its distribution serve it.
//
// What is named by its content, below _next/static/, is for ever; all else, pages above all, browsers have to ask for again.
// What changed goes up, the files that others refer to before those that refer to them, so that a page never names what is
// not there. Then the distribution forgets what it has, and at last what the build no longer has goes: at once, but for what
// is below _next/static/. A page of the build before that is open in somebody's browser still asks for that, so it stays for
// a week after a deployment has found it unused, which is written on the object.
//
// The object deployment notes that a deployment was begun, and that it ended. One that was not has the next one forget whatever the
// distribution has; and of two at once, the one that finds another's note there removes nothing.
//
// Nothing below s/ is read, written or removed: pages for sharing are there, which no build has.
package site
