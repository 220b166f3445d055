// Package render makes the sets of renditions of all pictures anew, after their sizes or formats changed: for the operator, with
// the operator's credentials. Rows are found by Query, each set is made by the function pictures of the original or, where none
// was kept, of the set's largest file, and what was there before is removed by the function remover.
//
// # In this order, for each row
//
//	GetItem      the row, consistently: what follows is conditional on the folder that it names
//	Invoke       pictures, render: the new set, in a folder of its own under a claim, so that another try writes there again
//	Write        the row with the new set, if it still names the old folder, and with what is to be removed in its attribute
//	             `replaced`; in one transaction with the bytes of its owner's profile, or with a version more of the product
//	GetItem      the row again: what others made of it meanwhile counts
//	Invoke       pictures, main: of a live product, the JPEG at the address that stays
//	Invoke       remover: what the row no longer names
//	UpdateItem   the row without `replaced`, if it still names the new folder
//
// Whoever is killed in between is made good by the next run: a row with `replaced` is finished first. What was made for a write
// that was refused is removed, unless another run made the same and wrote it. Two things stay where a run was killed and none
// follows: the set of a run that made it and did not write it, at an address that nobody knows, if the row or the sizes change
// before the next; and the old set of a row that is deleted before.
//
// A product's version goes up, because publishing and changing a product rely on the set that they read: who writes it at that
// moment reads it again. A photo's doesn't: what depends on its set, its deletion, relies on its folder.
package render
