// Sends the one form of the page at once; without this file its button does.
document.getElementById("away").submit();
