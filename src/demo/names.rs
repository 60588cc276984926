//! Name lists of invented people. Tables only.

/// Family names.
pub(super) const FAMILIES: &[&str] = &[
    "Abernathy", "Achterberg", "Adeyemi", "Alcaraz", "Almquist", "Amankwah", "Andersson", "Applegarth", "Arbuckle",
    "Ashdown", "Baczkowski", "Bancroft", "Barleycorn", "Batista", "Beaudry", "Bellweather", "Bhattarai", "Birdsong",
    "Blankenship", "Bogdanov", "Bramblett", "Brightwater", "Buckminster", "Caballero", "Cadwallader", "Calderon",
    "Carrigan", "Castellano", "Chaudhry", "Chevalier", "Cobblepot", "Coldwater", "Corrigan", "Crabtree", "Cromwell",
    "Dabrowski", "Dalrymple", "Darkwood", "Delacroix", "Desrosiers", "Diallo", "Dimitriou", "Donnelly", "Drinkwater",
    "Duchesne", "Eastwick", "Eberhardt", "Ekwueme", "Elderberry", "Espinoza", "Fairweather", "Farquhar", "Featherstone",
    "Fennimore", "Fitzwilliam", "Fontaine", "Fujimori", "Galbraith", "Gallowglass", "Ganapathy", "Garbarino",
    "Gildersleeve", "Goldhammer", "Greenhalgh", "Grimaldi", "Gutierrez", "Haddad", "Halloran", "Harkavy", "Hawthorne",
    "Hendrickson", "Hightower", "Hollingsworth", "Honeychurch", "Huckaby", "Hutchins", "Ibarra", "Ingersoll",
    "Ishikawa", "Iwanicki", "Jablonski", "Jankowitz", "Jimenez", "Jorgensen", "Kallenbach", "Kaminsky", "Karadzic",
    "Kettering", "Khalil", "Kingfisher", "Kirkpatrick", "Kowalczyk", "Krishnan", "Kuznetsov", "Lachapelle",
    "Lamplighter", "Larkspur", "Laskowski", "Lighthouse", "Lindqvist", "Lockridge", "Longfellow", "Lovelace",
    "Lumbard", "MacAllister", "Madrigal", "Malinowski", "Marchetti", "Marlowe", "Matsuda", "Mayweather", "McGillicuddy",
    "Medeiros", "Merriweather", "Mikkelsen", "Montague", "Moonshadow", "Mukherjee", "Nakagawa", "Netherton",
    "Nightingale", "Novotny", "Nyambura", "Oakenfold", "Obradovic", "Ojukwu", "Oldcastle", "Olivares", "Ostrander",
    "Pabst", "Palmgren", "Papadakis", "Partridge", "Pemberton", "Pennyworth", "Petrosyan", "Pickering", "Plimpton",
    "Popadopolis", "Prendergast", "Quackenbush", "Quintanilla", "Rabinowitz", "Ramachandran", "Ravenscroft",
    "Redfeather", "Reinholt", "Richelieu", "Rockwell", "Rosenquist", "Rutherford", "Sackville", "Salvatierra",
    "Sandoval", "Schermerhorn", "Seabright", "Shimizu", "Silverthorn", "Skarsgard", "Snodgrass", "Sokolov",
    "Stanislaw", "Stonebridge", "Strathmore", "Summerfield", "Swiftwater", "Takahashi", "Tamblyn", "Tennyson",
    "Thistlewood", "Thornbury", "Tolliver", "Trelawney", "Tripathi", "Underhill", "Valdivia", "Vandermolen",
    "Vasquez", "Villanueva", "Vogelsang", "Wadsworth", "Wainwright", "Weatherby", "Whitcomb", "Wierzbicki",
    "Winterbourne", "Wojtowicz", "Woolsey", "Yamashiro", "Yarborough", "Yellowstone", "Zabriskie", "Zamora", "Zielinski",
];

/// Given names of men and boys.
pub(super) const MEN: &[&str] = &[
    "Aaron", "Abdul", "Alistair", "Amos", "Anton", "Arturo", "Barnaby", "Bashir", "Benedict", "Bogdan", "Calvin",
    "Casimir", "Cedric", "Chidi", "Clarence", "Cornelius", "Cyrus", "Damian", "Desmond", "Dmitri", "Edmund", "Efrain",
    "Emeka", "Ernesto", "Ezekiel", "Fabian", "Ferdinand", "Floyd", "Gareth", "Gideon", "Gustavo", "Hamish", "Hector",
    "Hiroshi", "Horace", "Ignacio", "Isaiah", "Jarvis", "Jerome", "Joaquin", "Julius", "Karim", "Kenji", "Lamar",
    "Leopold", "Linus", "Lorenzo", "Luther", "Magnus", "Malcolm", "Mateo", "Maurice", "Milo", "Nathaniel", "Nikolai",
    "Octavio", "Oleg", "Orville", "Oscar", "Pascal", "Percival", "Quincy", "Rafael", "Rajesh", "Reginald", "Roland",
    "Rufus", "Samir", "Santiago", "Sheldon", "Silas", "Stellan", "Tariq", "Thaddeus", "Theo", "Tobias", "Umberto",
    "Vernon", "Viktor", "Wallace", "Wendell", "Xavier", "Yusuf", "Zachary",
];

/// Given names of women and girls.
pub(super) const WOMEN: &[&str] = &[
    "Abigail", "Adaeze", "Agatha", "Alma", "Anjali", "Annika", "Beatriz", "Bernadette", "Bettina", "Blanche", "Camila",
    "Carmela", "Celeste", "Chiara", "Clementine", "Constance", "Cordelia", "Dagny", "Delphine", "Dolores", "Dorothea",
    "Edith", "Eleanor", "Elodie", "Esperanza", "Eudora", "Fatima", "Florence", "Francesca", "Gemma", "Genevieve",
    "Gloria", "Greta", "Guadalupe", "Harriet", "Hazel", "Henrietta", "Ifeoma", "Imogen", "Ingrid", "Irina", "Isadora",
    "Jacinta", "Josephine", "Juniper", "Kamala", "Katarzyna", "Keiko", "Lavinia", "Leocadia", "Lucinda", "Mabel",
    "Magdalena", "Marguerite", "Marisol", "Matilda", "Mei", "Mildred", "Minerva", "Nadia", "Ngozi", "Noemi", "Odessa",
    "Olympia", "Ottilie", "Pearl", "Philippa", "Priya", "Ramona", "Rosalind", "Ruth", "Salma", "Saoirse", "Sigrid",
    "Soledad", "Tamsin", "Thelma", "Ursula", "Valentina", "Vivian", "Wilhelmina", "Winifred", "Xiomara", "Yolanda",
    "Zainab", "Zelda",
];

/// Family names of physicians outside the hospital (primary care, referring).
pub(super) const OUTSIDE: &[&str] = &[
    "Ambrose", "Bellamy", "Castor", "Dunleavy", "Everhart", "Forsythe", "Granger", "Holloway", "Isenberg", "Jessup",
    "Kincaid", "Lattimore", "Mansour", "Norwood", "Osgood", "Pruitt", "Quimby", "Rourke", "Sheffield", "Thackeray",
];
