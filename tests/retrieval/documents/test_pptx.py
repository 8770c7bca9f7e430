def test_a_slide_is_a_section_with_its_notes_tables_and_charts(make, sections):
    assert sections("a.pptx", make.slides()) == [
        ("slide 1: The fleet", "The fleet\n\nTwo ships sail.\nOne is new.\n\nNotes: Thank the crew."),
        (
            "slide 2",
            "Vessel: Astrid; Length (m): 85; Built: 2009\nVessel: Bergen; Length (m): 92; Built: 2011\n\n"
            "2022; Cargo (t): 1200\n2023; Cargo (t): 1350.5",
        ),
    ]


def test_the_title_is_the_stated_one_if_it_means_something(make, read):
    assert read("a.pptx", make.slides("Fleet in 2024")).title == "Fleet in 2024"
    assert read("a.pptx", make.slides("PowerPoint Presentation")).title == "The fleet"
