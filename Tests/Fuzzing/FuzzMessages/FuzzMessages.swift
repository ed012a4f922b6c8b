import TestSupport

@_cdecl("LLVMFuzzerInitialize")
public func begin(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutableRawPointer
) -> CInt { FuzzRun.begin(.messages) }

@_cdecl("LLVMFuzzerTestOneInput")
public func one(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt { FuzzRun.one(.messages, bytes, count) }
