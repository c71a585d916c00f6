#if Daemon
    import Foundation
    import Testing

    @testable import E911Store

    @Suite struct LinkKeyFileTests {
        let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private var path: String { folder.path + "/" + LinkKeyFile.name }

        @Test func theFirstKeyIsTheKeyFromThenOn() throws {
            let key = try LinkKeyFile.key(folder: folder.path)
            #expect(key.count == 32 && Set(key).count > 8)
            #expect(try LinkKeyFile.key(folder: folder.path) == key)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let other = try TemporaryFolder()
            #expect(try LinkKeyFile.key(folder: other.path) != key)
        }

        @Test(arguments: [0, 1, 31, 33])
        func whatIsNoKeyIsReplaced(length: Int) throws {
            try Data(repeating: 7, count: length).write(to: URL(fileURLWithPath: path))
            let key = try LinkKeyFile.key(folder: folder.path)
            #expect(key.count == 32 && key != Array(repeating: 7, count: 32))
        }

        @Test func aFolderThatIsGoneIsAnError() {
            #expect(throws: StoreError.self) { try LinkKeyFile.key(folder: folder.path + "/nowhere") }
        }
    }
#endif
