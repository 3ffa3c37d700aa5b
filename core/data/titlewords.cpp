// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/titlewords_p.h"

#include <array>

namespace driftscope::data {

namespace {

// Written for this program. A word belongs to one genre only, so that a title's words carry its genre.
constexpr std::array<GenreWords, 20> allGenres {{
    {"Space",
     "Lunar Stellar Orbital Cosmic Martian Galactic Weightless Meteoric Interstellar Nebular Solar "
     "Eclipsed Celestial Starlit",
     "Comet Orbit Asteroid Rocket Astronaut Nebula Galaxy Satellite Planet Supernova Capsule Telescope "
     "Starship Moonbase Meteor Airlock Quasar Eclipse"},
    {"Western",
     "Dusty Outlaw Lawless Saddled Spurred Prairie Gunmetal Whiskey Bandit Untamed Rustled Longhorn "
     "Leathery Sunburnt",
     "Cowboy Sheriff Saloon Ranch Lasso Stagecoach Holster Gunslinger Corral Bronco Tumbleweed Deputy "
     "Rustler Marshal Stampede Posse Spurs Mustang"},
    {"Pirates",
     "Buried Swashbuckling Mutinous Plundered Cutthroat Salty Marooned Rumsoaked Tattered Onelegged "
     "Piratical Seafaring Ransomed Cursed",
     "Cutlass Galleon Buccaneer Doubloon Corsair Mutiny Parrot Anchor Privateer Cannon Treasure Plunder "
     "Schooner Gangplank Spyglass Hook Cove Mast"},
    {"Cooking",
     "Roasted Peppered Buttered Simmering Caramel Savory Spicy Whisked Baked Sugared Crispy Tender Smoked "
     "Garlic",
     "Kitchen Chef Recipe Skillet Oven Pastry Saffron Banquet Dumpling Ladle Bakery Vinegar Cinnamon Soup "
     "Supper Spoon Apron Noodle"},
    {"Ghosts",
     "Haunted Spectral Phantom Shrouded Ghostly Moaning Cobwebbed Unquiet Restless Sepulchral Eerie "
     "Vanished Chilling Bewitched",
     "Specter Poltergeist Seance Crypt Wraith Banshee Attic Tombstone Apparition Medium Mausoleum Shroud "
     "Manor Coffin Curse Ghoul Cemetery Phantasm"},
    {"Robots",
     "Mechanical Electric Automated Synthetic Metallic Wired Programmed Cybernetic Titanium Robotic "
     "Artificial Magnetic Rusted Humming",
     "Android Circuit Piston Machine Cyborg Automaton Algorithm Battery Processor Gearbox Drone Microchip "
     "Servo Sensor Droid Antenna Assembly Switch"},
    {"Gardens",
     "Blooming Mossy Thorny Budding Fragrant Leafy Pruned Rooted Ivied Petaled Sprouting Verdant Grafted "
     "Mulched",
     "Orchid Hedge Trellis Tulip Greenhouse Gardener Seedling Blossom Rosebush Arbor Fern Trowel Petal "
     "Lavender Compost Beehive Ivy Daisy"},
    {"Detectives",
     "Suspicious Unsolved Forensic Fingerprinted Poisoned Shady Forged Undercover Blackmailed Guilty "
     "Cryptic Unsigned Trenchcoated Missing",
     "Detective Inspector Alibi Clue Suspect Witness Culprit Informant Evidence Fingerprint Sleuth Motive "
     "Forgery Dossier Interrogation Verdict Stakeout Constable"},
    {"Racing",
     "Turbo Supercharged Throttled Speeding Reckless Fueled Banked Revving Slipstream Hairpin Aerodynamic "
     "Burning Unbraked Overheated",
     "Racer Pitstop Speedway Grandstand Chicane Throttle Lap Dragster Checkered Podium Engine Gearshift "
     "Raceway Mechanic Finishline Kart Skidmark Qualifier"},
    {"Ocean",
     "Coral Tidal Submerged Abyssal Briny Drowned Pearly Bioluminescent Deepsea Sunken Foaming Kelpy "
     "Aquatic Whalebone",
     "Whale Reef Octopus Submarine Lagoon Jellyfish Tide Trench Dolphin Lighthouse Mermaid Diver Shipwreck "
     "Oyster Current Manatee Plankton Seahorse"},
    {"Winter",
     "Frozen Snowbound Icy Glacial Frosted Arctic Blizzard Shivering Powdery Snowy Polar Wintry Thawing "
     "Drifting",
     "Snowflake Glacier Icicle Sleigh Avalanche Frost Igloo Snowman Iceberg Tundra Mitten Sled Penguin "
     "Snowdrift Hearth Skater Reindeer Hailstorm"},
    {"Desert",
     "Parched Sandy Scorched Bleached Nomadic Arid Shimmering Waterless Saharan Windblown Sandstone "
     "Thirsty Cracked Duneborn",
     "Dune Oasis Camel Mirage Caravan Nomad Scorpion Cactus Sandstorm Bedouin Canyon Sphinx Pyramid "
     "Waterskin Mesa Vulture Turban Sundial"},
    {"Music",
     "Melodic Acoustic Harmonic Syncopated Orchestral Offbeat Jazzy Tuneful Hummed Strummed Sonorous "
     "Staccato Rhythmic Unplugged",
     "Violin Melody Orchestra Trumpet Chorus Sonata Drummer Guitar Concert Lullaby Conductor Piano "
     "Symphony Serenade Encore Ballad Saxophone Harmony"},
    {"Circus",
     "Juggling Acrobatic Spangled Painted Tumbling Daredevil Clownish Striped Trained Balancing "
     "Somersaulting Sequined Unicycling Topsy",
     "Acrobat Clown Trapeze Ringmaster Juggler Tightrope Bigtop Lioness Unicycle Stilts Contortionist "
     "Carousel Firebreather Spotlight Confetti Magician Elephant Tent"},
    {"Knights",
     "Armored Chivalrous Heraldic Jousting Noble Feudal Besieged Crowned Gallant Valiant Knighted Royal "
     "Ironclad Shielded",
     "Knight Castle Lance Squire Drawbridge Tournament Crown Longsword Herald Chainmail Moat Throne "
     "Crusader Banner Siege Baron Minstrel Fortress"},
    {"Jungle",
     "Tropical Tangled Vined Feral Steaming Rainsoaked Uncharted Venomous Overgrown Camouflaged Primal "
     "Swinging Mossgreen Humid",
     "Jaguar Monkey Vine Canopy Toucan Explorer Machete Python Swamp Gorilla Rainforest Temple Parakeet "
     "Piranha Panther Chameleon Expedition Idol"},
    {"Dragons",
     "Scaled Fiery Winged Enchanted Draconic Hoarded Fabled Clawed Emberlit Firebreathing Mythic Horned "
     "Runic Smoldering",
     "Dragon Wizard Hatchling Talon Sorcerer Ember Hoard Spellbook Griffin Lair Phoenix Amulet Prophecy "
     "Wyvern Rune Goblin Potion Cauldron"},
    {"Railways",
     "Steamy Locomotive Coupled Express Sidetracked Freight Whistling Derailed Overnight Sooty Clattering "
     "Timetabled Narrowgauge Signaled",
     "Train Engineer Platform Tunnel Carriage Station Boiler Railcar Viaduct Railyard Sleeper Signalbox "
     "Caboose Ticket Track Boxcar Stoker Depot"},
    {"Mountains",
     "Alpine Craggy Snowcapped Steep Summit Rocky Roped Icebound Towering Granite Sheer Windswept Highland "
     "Breathless",
     "Climber Peak Ridge Sherpa Crevasse Piton Basecamp Cliff Ledge Mountaineer Yeti Cairn Pass Gorge "
     "Boulder Goat Chalet Rope"},
    {"School",
     "Studious Homeroom Graded Detention Scribbled Absent Bookish Tardy Chalky Examined Truant Freshman "
     "Lettered Spelling",
     "Classroom Teacher Locker Homework Principal Blackboard Semester Notebook Cafeteria Pencil Recess "
     "Diploma Pupil Textbook Lecture Schoolyard Dormitory Professor"},
}};

constexpr std::string_view neutralAdjectiveList =
    "Last Silent Little Long Lost Hidden Golden Quiet Strange Broken Distant Secret First Early Late "
    "Patient Lonely Gentle Crooked Hollow Second Faithful Borrowed Wandering Nameless Forgotten Bright "
    "Unlikely Endless Perfect";
constexpr std::string_view neutralNounList =
    "Night Morning Story Promise Letter Return Shadow Whisper Journey Summer Dream Birthday Stranger "
    "Daughter Brother House Door Mirror Memory Bridge Hour Season Silence Window Choice Bargain Reunion "
    "Farewell Rumor Puzzle";

} // namespace

std::span<const GenreWords> genreWords()
{
    return allGenres;
}

std::vector<std::string_view> wordsOf(std::string_view list)
{
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const std::size_t end = list.find(' ');
        words.push_back(list.substr(0, end));
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    }
    return words;
}

std::string_view neutralAdjectives()
{
    return neutralAdjectiveList;
}

std::string_view neutralNouns()
{
    return neutralNounList;
}

} // namespace driftscope::data
