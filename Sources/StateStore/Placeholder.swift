enum PlaceholderStateStore {}
