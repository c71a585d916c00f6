import E911Values
import Locations
import Testing

@Suite struct LocationTreeTests {
    @Test func civicFieldsAreInheritedAndTheNearestCounts() throws {
        let lab = try #require(tree().address(of: "lab"))
        #expect(lab[.hno] == "102" && lab[.rd] == "Main" && lab[.room] == "114" && lab[.flr] == "1")
        #expect(tree().address(of: "hq-3")?[.hno] == "100")
        #expect(tree().address(of: "moon") == nil)
    }

    @Test func pathsAndAncestors() {
        #expect(tree().path(of: "lab") == ["hq", "annex", "lab"])
        #expect(tree().ancestors(of: "lab") == ["annex", "hq"])
        #expect(tree().path(of: "moon").isEmpty && tree().ancestors(of: "hq").isEmpty)
        #expect(tree().isDescendant("lab", of: "hq") && tree().isDescendant("lab", of: "lab"))
        #expect(!tree().isDescendant("hq", of: "lab") && !tree().isDescendant("hq-3", of: "annex"))
        #expect(!tree().isDescendant("moon", of: "hq") && !tree().isDescendant("hq", of: "moon"))
    }

    @Test(arguments: [
        ("hq", "Headquarters, 100 W Main St, Chicago IL 60601"),
        ("hq-2-east", "2nd floor east, 100 W Main St, Chicago IL 60601"),
        ("lab", "Laboratory, Annex, Room 114, Floor 1, 102 W Main St, Chicago IL 60601"),
        ("moon", "moon"),
    ])
    func aPlaceIsSaidAsPeopleSayIt(_ id: String, _ text: String) {
        #expect(tree().text(of: LocationID(id)) == text)
    }

    @Test func childrenMayStandBeforeTheirParents() throws {
        let reversed = try LocationTree(erls.reversed())
        #expect(reversed.path(of: "lab") == ["hq", "annex", "lab"])
        #expect(reversed.address(of: "lab") == tree().address(of: "lab"))
    }

    @Test func aValidationHoldsForWhatLiesInsideTheSameStreetAddress() {
        let ann = Validation(state: .valid, who: "Ann", when: wall(0))
        var places = erls
        places[0].validation = ann
        let tree = LocationTree.usable(places).tree
        #expect(tree.validation(of: "hq") == ann && tree.validation(of: "hq-2-east") == ann)
        // The annex has another house number.
        #expect(tree.validation(of: "annex") == nil && tree.validation(of: "lab") == nil)
        places[3].validation = Validation(state: .invalid, who: "Bob", when: wall(60))
        #expect(LocationTree.usable(places).tree.validation(of: "lab")?.state == .invalid)
        #expect(tree.validation(of: "moon") == nil)
        #expect(ann.description == "valid, by Ann, 2026-11-24" && Validation().description == "unvalidated")
    }

    @Test func contactsAreThoseOfTheLocationAndOfWhatContainsIt() {
        var places = erls
        places[0].contacts = ["security", "desk"]
        places[4].contacts = ["lab-lead", "security"]
        let tree = LocationTree.usable(places).tree
        #expect(tree.contacts(of: "lab") == ["lab-lead", "security", "desk"])
        #expect(tree.contacts(of: "annex") == ["security", "desk"] && tree.contacts(of: "moon").isEmpty)
    }

    @Test func whatLiesInAPlaceElsewhereIsElsewhereToo() {
        var places = erls
        places[3].isOffPremises = true
        let tree = LocationTree.usable(places).tree
        #expect(tree.isOffPremises("annex") && tree.isOffPremises("lab"))
        #expect(!tree.isOffPremises("hq") && !tree.isOffPremises("moon"))
    }

    @Test func everyProblemIsNamedWithItsPlaceAndTheRestIsUsable() {
        var broken = erls
        broken.append(ERL(id: "hq", name: "again"))
        broken.append(ERL(id: "", name: "nameless"))
        broken.append(ERL(id: "shed", parent: "moon"))
        broken.append(ERL(id: "a", parent: "b"))
        broken.append(ERL(id: "b", parent: "c"))
        broken.append(ERL(id: "c", parent: "a"))
        broken.append(ERL(id: "self", parent: "self"))
        let (tree, problems) = LocationTree.usable(broken)
        #expect(
            problems.map(\.code) == [
                .duplicateLocation, .emptyID, .unknownParent, .parentCycle, .parentCycle,
            ])
        #expect(problems.map(\.position) == [5, 6, 7, 10, 11].map { .location($0) })
        #expect(problems[2].reason == "location 'shed' lies in 'moon', which does not exist")
        #expect(tree["hq"]?.name == "Headquarters" && tree.path(of: "shed") == ["shed"])
        #expect(tree.path(of: "a") == ["c", "b", "a"] && tree.path(of: "self") == ["self"])
        #expect(throws: LocationError(problems: problems)) { try LocationTree(broken) }
    }
}

@Suite struct CivicAddressTests {
    @Test func elementsStandInTheOrderOfRFC5139AndNoneTwice() {
        var address = CivicAddress([(.pc, "60601"), (.country, "US"), (.rd, "Main"), (.rd, "Elm"), (.loc, "")])
        #expect(address.fields.map(\.element) == [.country, .rd, .pc])
        #expect(address[.rd] == "Elm" && address[.loc] == nil)
        address[.rd] = nil
        address[.hno] = "1"
        #expect(address.fields.map(\.value) == ["US", "1", "60601"])
    }

    @Test func elementNamesAreReadInAnyCase() {
        for element in CivicElement.allCases {
            #expect(CivicElement(name: element.rawValue.lowercased()) == element)
            #expect(CivicElement(name: element.rawValue.uppercased()) == element)
        }
        #expect(CivicElement(name: "A7") == nil && CivicElement(name: "") == nil)
    }

    @Test(arguments: [
        (
            [
                (CivicElement.country, "US"), (.a1, "IL"), (.a3, "Chicago"), (.hno, "100"), (.hns, "A"), (.prm, "Old"),
                (.prd, "N"), (.rd, "Main"), (.sts, "St"), (.pod, "W"), (.pom, "Extended"), (.flr, "2"),
                (.loc, "East wing"), (.pc, "60601"), (.unit, "Suite 300"), (.nam, "Example Corp"), (.seat, "12"),
            ],
            "Example Corp, Seat 12, Suite 300, Floor 2, East wing, 100 A Old N Main St W Extended, Chicago IL 60601"
        ),
        (
            [
                (.country, "DE"), (.a3, "Berlin"), (.rd, "Hauptstr."), (.hno, "5"), (.pc, "10115"),
                (.flr, "Ground floor"),
            ],
            "Ground floor, Hauptstr. 5, 10115 Berlin, DE"
        ),
        ([(.a6, "Main St"), (.hno, "7"), (.pcn, "Springfield")], "7 Main St, Springfield"),
        ([(.pobox, "99"), (.a3, "Chicago")], "PO Box 99, Chicago"),
        ([], ""),
    ])
    func theWholeAddressOnOneLine(_ fields: [(CivicElement, String)], _ text: String) {
        #expect(CivicAddress(fields).text == text)
    }
}
