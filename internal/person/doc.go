// Package person finds everything that a deployment has of a person, and erases it. The function remover does so for whoever
// leaves, `lightbox forget` for the operator; both may, at once, and each goes on where one was ended.
//
// # In this order
//
// A person leaves from the moment when the row of their profile has the attribute `leaving`: a time in ISO 8601. Erase refuses to
// begin without it. Mark writes it, for the operator.
//
//	the account        the user of the pool, so that nobody signs in as them any more
//	photos             their rows. The table's stream has the pictures below public/photos/ removed, and what others wrote of them
//	comments and likes on photos of others one by one, each with the counts of the photo and of its owner's profile; on photos of their
//	                   own without
//	days               what they sent by the day
//	products           where one's picture was made of their upload, its row names no original any more; the catalogue stays, with
//	                   their sub in `upload`
//	files              all versions below their own folders, those of the access table by the sub and by each id of an identity
//	identities         of the identity pool, by the pair rows (`IDENTITY#…`)
//	the mark           the pair rows and the profile's row in one transaction, and only when Afterlife is over
//
// Access tokens and keys that were handed out before are good for an hour more, and what they bring in meanwhile is erased by the
// round that removes the mark: Erase is to be called once more then. Until then the pair rows say whose files those are.
//
// Of files each page is listed again when it is deleted: what is there all the same is named, and not counted.
//
// Each step reads what is left, and removing what is gone is no error. A row of another's photo and its counts change in one
// transaction, whose condition is the row: so each is counted down once, however often and by however many it is tried. Lists by an
// index are as new as the index; what came in at the same moment is the next round's, too. A like of before the index byAuthor has no
// `owner`, and is not found.
//
// # What it asks for
//
// Erase, for the function:
//
//	cognito-idp:AdminGetUser, AdminDeleteUser     the user pool's ARN
//	cognito-identity:DeleteIdentities             *: AWS knows no resource of it
//	cognito-identity:DescribeIdentity             *: the same; asked for what DeleteIdentities did not process
//	dynamodb:Query                                the table Photos, and its indexes byOwner and byAuthor
//	dynamodb:BatchWriteItem, DeleteItem, UpdateItem   the table Photos
//	dynamodb:Query, UpdateItem                    the index byState of Products; the table Products
//	s3:ListBucketVersions                         the bucket, by s3:prefix uploads/* originals/* protected/* private/*
//	s3:DeleteObjectVersion                        uploads/* originals/* protected/* private/* of the bucket
//
// Find and Survey, for the operator besides: cognito-idp:ListUsers, s3:ListBucketVersions; Mark: dynamodb:UpdateItem.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html and
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
package person
