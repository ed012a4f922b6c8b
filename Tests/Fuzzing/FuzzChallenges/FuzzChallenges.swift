import TestSupport

@_cdecl("LLVMFuzzerInitialize")
public func begin(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutableRawPointer
) -> CInt { FuzzRun.begin(.challenges) }

@_cdecl("LLVMFuzzerTestOneInput")
public func one(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzRun.one(.challenges, bytes, count)
}
