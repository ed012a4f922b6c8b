enum PlaceholderSIPTransport {}
