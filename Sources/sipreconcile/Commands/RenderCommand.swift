import ArgumentParser
import Manifests

/// Writes what the files mean.
struct RenderCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Write what the files mean: one file, with the origin of each value.",
    discussion: """
      Included files, forEach and defaults are worked in; secrets stay references, and one that stands in a file \
      is not shown. What comes out is a file again. No network and no secrets are needed; a file that is not \
      valid ends with status 3.

      EXAMPLE:
        sipreconcile render accounts.yaml
        sipreconcile render site.d | less
      """
  )

  @OptionGroup var fileOptions: FileOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try outputOptions.checkHumanOnly("render writes YAML") }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let result = try await BoundedRun(run: run).carryOut { () async throws(CommandFailure) in
      try await fileOptions.manifests.result(run)
    }
    for line in EffectiveManifest(result).lines { run.console.output(line) }
    return .done
  }
}
