"""What the pages of every app share: context of a request, lists with keyset paging, small formats."""
