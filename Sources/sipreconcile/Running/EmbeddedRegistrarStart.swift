/// Starts the embedded registrar for a command.
enum EmbeddedRegistrarStart {
  static func start(_ request: RegistrarRequest) async throws(CommandFailure) -> any RunningRegistrar {
    throw CommandFailure(
      .failed,
      "the embedded registrar is not part of this build; use a registrar of your own",
      rule: "registrar"
    )
  }
}
