// Package person finds everything that a deployment has of a person, and erases it. The function remover does so for whoever
// leaves, `lightbox forget` for the operator; both may, at once, and each goes on where one was ended.
//
// # In this order
//
// A person leaves from the moment when the row of their profile has the attribute `leaving`: a time in ISO 8601. Erase refuses to
// begin without it. Mark writes it, for the operator. Whose an identity is pair rows alone say (`IDENTITY#…`); Mark writes one for what
// the operator says, unless it cannot be theirs.
//
//	the account        the user of the pool, so that nobody signs in as them any more; then `gone`, the time, in the mark
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
// Tokens that were handed out before the account was gone are good for an hour more, and so are keys that they get until then. What they
// bring in meanwhile is erased by the round that removes the mark: Erase is to be called once more, Afterlife after `gone`, however late
// the first round came. Until then the pair rows say whose files those are.
//
// Of files each page is listed again when it is deleted: what is there all the same is named, and not counted.
//
// Each step reads what is left, and removing what is gone is no error. A row of another's photo and its counts change in one
// transaction, whose condition is the row: so each is counted down once, however often and by however many it is tried. Lists by an
// index are as new as the index; what came in at the same moment is the next round's, too. A like of before the index byAuthor has no
// `owner`, and is not found.
//
// # Hiding
//
// Hide hides the photos of somebody who is blocked, and Show shows them again. The profile says `blocked` first, so that no photo comes
// in, and no more last. Of each photo the set is copied to the other of public/photos/ and hidden/photos/, then its row says `hidden`, or
// no more, and then the first place is emptied: a row names what is there at any time, and what a killed run leaves the next finishes.
// The table's stream empties it too, and has the CDN forget it.
//
//	UpdateItem          the profile: blocked
//	Query               the index byOwner, and again where the profile counts more photos than it has
//	GetItem             the row of a photo
//	CopyObject          each file
//	UpdateItem          the row, if it is as it was
//	ListObjectsV2       all is where the row says now
//	ListObjectVersions, DeleteObjects
//	CreateInvalidation  of a hundred photos at once
//	DeleteItem, UpdateItem   the profile: not blocked any more; one that says nothing else goes
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
// Find, Survey and Export, for the operator besides: cognito-idp:ListUsers, cognito-identity:DescribeIdentity, s3:ListBucketVersions;
// Mark: dynamodb:UpdateItem; where an identity is said to be theirs: dynamodb:BatchGetItem of the table Photos. Hide and Show:
//
//	dynamodb:Query                                the index byOwner
//	dynamodb:GetItem, UpdateItem, and for Show DeleteItem   the table Photos
//	s3:ListBucket, ListBucketVersions             the bucket, by s3:prefix public/photos/* hidden/photos/*
//	s3:GetObject, PutObject, DeleteObjectVersion  public/photos/* hidden/photos/* of the bucket
//	cloudfront:CreateInvalidation                 for Hide, the distribution
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html and
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
package person
