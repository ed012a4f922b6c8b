import ArgumentParser

/// The files that declare accounts, and how they are read.
struct FileOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The files, or folders with .yaml files; - is standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var files: [String]

  @OptionGroup var reading: FileReadingOptions

  var manifests: ManifestFiles { reading.manifests(files) }
}
