#if Daemon
    import E911Service
    import Testing

    @testable import E911Store

    @Suite struct ELINsFileTests {
        let folder: TemporaryFolder
        let elins = StoredELINs(rows: [Sample.elinRow(1), Sample.elinRow(2, isLeaving: true)], counter: 8)

        init() throws { folder = try TemporaryFolder() }

        @Test func whatWasWrittenIsRead() throws {
            #expect(try ELINsFile.read(folder: folder.path) == nil)
            try ELINsFile.write(elins, folder: folder.path)
            try ELINsFile.write(elins, folder: folder.path)
            #expect(try ELINsFile.read(folder: folder.path) == elins)
            #expect(try folder.names() == [ELINsFile.name])
        }

        @Test func damageIsTold() throws {
            try ELINsFile.write(elins, folder: folder.path)
            var octets = try folder.contents(of: ELINsFile.name)
            octets[3] ^= 1
            try folder.write(octets, to: ELINsFile.name)
            #expect(throws: StoreError.self) { try ELINsFile.read(folder: folder.path) }
            try folder.write([], to: ELINsFile.name)
            #expect(throws: StoreError.self) { try ELINsFile.read(folder: folder.path) }
        }
    }
#endif
