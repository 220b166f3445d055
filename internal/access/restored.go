package access

import (
	"crypto/sha256"
	"fmt"
)

// RestoredID is the logical id of a source's table where it is one that was restored, by the table's name: it is another for each
// name, so that CloudFormation takes none of them for another. It ends with eight digits, as the CDK's own do.
func (s Source) RestoredID(table string) string {
	sum := sha256.Sum256([]byte(table))
	return fmt.Sprintf("%s%X", s, sum[:4])
}
