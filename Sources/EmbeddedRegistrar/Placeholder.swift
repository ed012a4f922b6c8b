enum PlaceholderEmbeddedRegistrar {}
